package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manCommand returns "dlint man", which packages use.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Short:  "Print the manual page",
		Hidden: true,
		Args:   noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(a.stdout, manPage(cmd.Root()))
			return err
		},
	}
}

// manPage returns the manual page dlint(1) in the macros of man(7).
func manPage(root *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH DLINT 1 \"\" \"dlint %s\" \"User Commands\"\n", roff(version()))
	fmt.Fprintf(&b, ".SH NAME\ndlint \\- %s\n", roff(strings.ToLower(root.Short[:1])+root.Short[1:]))
	b.WriteString(".SH SYNOPSIS\n.B dlint\n[\\fIoptions\\fR] [\\fIpath\\fR ...]\n.br\n.B dlint\n\\fIcommand\\fR [\\fIarguments\\fR]\n")
	b.WriteString(".SH DESCRIPTION\n")
	manText(&b, root.Long)
	b.WriteString(".SH OPTIONS\n")
	manFlags(&b, root.LocalFlags())
	b.WriteString(".SH COMMANDS\n")
	manVerbs(&b, root)
	b.WriteString(".SH EXIT STATUS\n" +
		".TP\n.B 0\nNothing was found at or above the threshold.\n" +
		".TP\n.B 1\nSomething was found, or \\-\\-diff or \\-\\-check show changes.\n" +
		".TP\n.B 2\nThe command line or a configuration is wrong, or a file cannot be read.\n")
	b.WriteString(".SH ENVIRONMENT\n.TP\n.B DLINT_*\nThe options above can be set by variables, such as DLINT_FAIL_ON for \\-\\-fail\\-on.\n" +
		".TP\n.B NO_COLOR\nNo colours, when set.\n")
	fmt.Fprintf(&b, ".SH FILES\n.TP\n.I %s\nThe configuration. Of those above a file the nearest has the last word.\n", roff(configName))
	b.WriteString(".SH EXAMPLES\n")
	manExample(&b, root.Example)
	return b.String()
}

// manVerbs writes the commands that are below cmd.
func manVerbs(b *strings.Builder, cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.Hidden || !c.IsAvailableCommand() || c.Name() == "help" {
			continue
		}
		fmt.Fprintf(b, ".SS %s\n", roff(strings.TrimPrefix(c.UseLine(), "dlint ")))
		text := c.Long
		if text == "" || c.Name() == "completion" || c.Parent().Name() == "completion" {
			text = c.Short + "."
		}
		manText(b, text)
		manFlags(b, c.LocalFlags())
		manVerbs(b, c)
	}
}

func manFlags(b *strings.Builder, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" || f.Name == "version" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		fmt.Fprintf(b, ".TP\n.B %s", roff(name))
		if value != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(value))
		}
		fmt.Fprintf(b, "\n%s\n", roff(strings.ToUpper(usage[:1])+usage[1:]+"."))
	})
}

// manText writes paragraphs.
func manText(b *strings.Builder, text string) {
	for i, part := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		for line := range strings.Lines(part) {
			b.WriteString(roff(strings.TrimRight(line, "\n")) + "\n")
		}
	}
}

func manExample(b *strings.Builder, text string) {
	b.WriteString(".nf\n")
	for line := range strings.Lines(text) {
		b.WriteString(roff(strings.TrimSpace(line)) + "\n")
	}
	b.WriteString(".fi\n")
}

// roff escapes a line: hyphens must stay ones that can be typed, and a line must
// not begin as a request.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
