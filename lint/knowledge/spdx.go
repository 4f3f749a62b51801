package knowledge

import (
	"strings"
	"sync"
)

// spdxIDs are the license ids of the SPDX list that one meets, in lower case.
const spdxIDs = ` 0bsd aal afl-1.1 afl-1.2 afl-2.0 afl-2.1 afl-3.0 agpl-1.0-only agpl-1.0-or-later agpl-3.0 agpl-3.0-only
agpl-3.0-or-later apache-1.0 apache-1.1 apache-2.0 apsl-2.0 artistic-1.0 artistic-2.0 beerware blueoak-1.0.0 bsd-1-clause
bsd-2-clause bsd-2-clause-patent bsd-2-clause-views bsd-3-clause bsd-3-clause-clear bsd-3-clause-lbnl bsd-4-clause bsl-1.0
busl-1.1 bzip2-1.0.6 cal-1.0 catosl-1.1 cc-by-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-4.0 cc-by-nc-nd-4.0
cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-pddc cc0-1.0 cddl-1.0 cddl-1.1 cecill-2.0 cecill-2.1 cecill-b
cecill-c clartistic cpal-1.0 cpl-1.0 curl ecl-2.0 efl-2.0 elastic-2.0 epl-1.0 epl-2.0 eupl-1.0 eupl-1.1 eupl-1.2 fdk-aac
fsfap ftl gfdl-1.1 gfdl-1.2 gfdl-1.3 gfdl-1.3-only gfdl-1.3-or-later gpl-1.0 gpl-1.0-only gpl-1.0-or-later gpl-2.0
gpl-2.0-only gpl-2.0-or-later gpl-3.0 gpl-3.0-only gpl-3.0-or-later gpl-2.0+ gpl-3.0+ hpnd icu ijg imagemagick intel ipl-1.0
isc json lgpl-2.0 lgpl-2.0-only lgpl-2.0-or-later lgpl-2.1 lgpl-2.1-only lgpl-2.1-or-later lgpl-3.0 lgpl-3.0-only
lgpl-3.0-or-later lgpl-2.1+ lgpl-3.0+ libpng libpng-2.0 libtiff lppl-1.3c mit mit-0 mit-cmu mit-feh mpl-1.0 mpl-1.1 mpl-2.0
mpl-2.0-no-copyleft-exception ms-pl ms-rl mulanpsl-1.0 mulanpsl-2.0 ncsa nist-pd nlod-1.0 npl-1.1 odbl-1.0 odc-by-1.0 ofl-1.0
ofl-1.1 ogl-uk-3.0 openssl openssl-standalone osl-1.0 osl-2.1 osl-3.0 parity-7.0.0 pddl-1.0 php-3.0 php-3.01
polyform-noncommercial-1.0.0 polyform-small-business-1.0.0 postgresql psf-2.0 python-2.0 python-2.0.1 qpl-1.0 rpl-1.5 ruby
sax-pd sgi-b-2.0 sleepycat spl-1.0 sspl-1.0 tcl ubuntu-font-1.0 ucl-1.0 unicode-3.0 unicode-dfs-2016 unlicense upl-1.0 vim
w3c watcom-1.0 wtfpl x11 xfree86-1.1 xnet zend-2.0 zlib zlib-acknowledgement zpl-2.0 zpl-2.1 `

var spdxSet = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool, 256)
	for id := range strings.FieldsSeq(spdxIDs) {
		set[id] = true
	}
	return set
})

// IsSPDXLicense reports whether the id is a license of the SPDX list, case
// aside, or a reference of one's own (LicenseRef-...). The table leaves out the
// rarest.
func IsSPDXLicense(id string) bool {
	if rest, ok := strings.CutPrefix(id, "LicenseRef-"); ok {
		return rest != ""
	}
	if strings.HasPrefix(id, "DocumentRef-") {
		return strings.Contains(id, ":LicenseRef-")
	}
	set := spdxSet()
	lower := strings.ToLower(id)
	return set[lower] || set[strings.TrimSuffix(lower, "+")]
}

// CheckSPDX reads a license expression: ids joined by AND, OR and WITH, with
// parentheses. It returns the words that are no license and whether the
// expression is well formed.
func CheckSPDX(expression string) (unknown []string, wellFormed bool) {
	spaced := strings.NewReplacer("(", " ( ", ")", " ) ").Replace(expression)
	depth, wantID, exception := 0, true, false
	for word := range strings.FieldsSeq(spaced) {
		switch upper := strings.ToUpper(word); {
		case word == "(":
			if !wantID || exception {
				return unknown, false
			}
			depth++
		case word == ")":
			if wantID || depth == 0 {
				return unknown, false
			}
			depth--
		case upper == "AND" || upper == "OR" || upper == "WITH":
			if wantID {
				return unknown, false
			}
			wantID, exception = true, upper == "WITH"
		case !wantID:
			return unknown, false
		default:
			if !exception && !IsSPDXLicense(word) {
				unknown = append(unknown, word)
			}
			wantID, exception = false, false
		}
	}
	return unknown, !wantID && depth == 0
}
