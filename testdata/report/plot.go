package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The size of the plot, and of its margins.
const (
	plotWidth, plotHeight = 720, 480
	plotLeft, plotTop     = 60, 20
)

// plot draws the curves over their size, both axes as logarithms: what is linear
// has the slope of the grey lines.
func plot(curves []curve) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n", plotWidth+280, plotHeight+60)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	x := func(v float64) float64 { return plotLeft + math.Log10(max(v, 100)/100)/4.1*plotWidth }
	y := func(v float64) float64 { return plotTop + plotHeight - math.Log10(max(v, 0.001)/0.001)/6*plotHeight }
	for e := 2; e <= 6; e++ {
		at := x(math.Pow10(e))
		fmt.Fprintf(&b, `<line x1="%.0f" y1="%d" x2="%.0f" y2="%d" stroke="#eee"/><text x="%.0f" y="%d" text-anchor="middle">10^%d</text>`+"\n",
			at, plotTop, at, plotTop+plotHeight, at, plotTop+plotHeight+16, e)
	}
	for e := -3; e <= 3; e++ {
		at := y(math.Pow10(e))
		fmt.Fprintf(&b, `<line x1="%d" y1="%.0f" x2="%d" y2="%.0f" stroke="#eee"/><text x="%d" y="%.0f" text-anchor="end">%g s</text>`+"\n",
			plotLeft, at, plotLeft+plotWidth, at, plotLeft-6, at+4, math.Pow10(e))
		fmt.Fprintf(&b, `<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#ccc" stroke-dasharray="2 4"/>`+"\n",
			x(100), at, x(1e6), max(y(math.Pow10(e)*1e4), plotTop))
	}
	for k := range curves {
		c := &curves[k]
		color := fmt.Sprintf("hsl(%d,70%%,40%%)", k*360/len(curves))
		var points []string
		for j, n := range c.sizes {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(float64(n)), y(c.costs[j].time.Seconds())))
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", strings.Join(points, " "), color)
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s (%.2f)</text>`+"\n", plotLeft+plotWidth+16, plotTop+12+k*15, color, html.EscapeString(c.name), c.slope)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
