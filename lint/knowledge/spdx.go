package knowledge

import (
	"strings"
	"sync"
)

// spdxIDs are the license ids of the SPDX list that one meets, in lower case.
const spdxIDs = `
0bsd aal adsl afl-1.1 afl-1.2 afl-2.0 afl-2.1 afl-3.0 agpl-1.0 agpl-1.0-only agpl-1.0-or-later agpl-3.0 agpl-3.0-only
agpl-3.0-or-later aladdin aml antlr-pd apache-1.0 apache-1.1 apache-2.0 apl-1.0 app-s2p apsl-1.0 apsl-1.1 apsl-1.2 apsl-2.0
artistic-1.0 artistic-1.0-cl8 artistic-1.0-perl artistic-2.0 beerware bitstream-vera bittorrent-1.0 bittorrent-1.1 blessing
blueoak-1.0.0 bsd-1-clause bsd-2-clause bsd-2-clause-freebsd bsd-2-clause-netbsd bsd-2-clause-patent bsd-2-clause-views
bsd-3-clause bsd-3-clause-attribution bsd-3-clause-clear bsd-3-clause-lbnl bsd-3-clause-modification
bsd-3-clause-no-nuclear-license bsd-3-clause-no-nuclear-license-2014 bsd-3-clause-no-nuclear-warranty bsd-3-clause-open-mpi
bsd-4-clause bsd-4-clause-shortened bsd-4-clause-uc bsd-protection bsd-source-code bsl-1.0 busl-1.1 bzip2-1.0.5 bzip2-1.0.6
c-uda-1.0 cal-1.0 cal-1.0-combined-work-exception catosl-1.1 cc-by-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-3.0-at
cc-by-3.0-de cc-by-3.0-igo cc-by-3.0-us cc-by-4.0 cc-by-nc-1.0 cc-by-nc-2.0 cc-by-nc-2.5 cc-by-nc-3.0 cc-by-nc-4.0
cc-by-nc-nd-1.0 cc-by-nc-nd-2.0 cc-by-nc-nd-2.5 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-1.0 cc-by-nc-sa-2.0
cc-by-nc-sa-2.5 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-1.0 cc-by-nd-2.0 cc-by-nd-2.5 cc-by-nd-3.0 cc-by-nd-4.0
cc-by-sa-1.0 cc-by-sa-2.0 cc-by-sa-2.5 cc-by-sa-3.0 cc-by-sa-4.0 cc-pddc cc0-1.0 cddl-1.0 cddl-1.1 cdla-permissive-1.0
cdla-permissive-2.0 cdla-sharing-1.0 cecill-1.0 cecill-1.1 cecill-2.0 cecill-2.1 cecill-b cecill-c cern-ohl-1.1 cern-ohl-1.2
cern-ohl-p-2.0 cern-ohl-s-2.0 cern-ohl-w-2.0 clartistic cnri-jython cnri-python community-spec-1.0 condor-1.1
copyleft-next-0.3.0 copyleft-next-0.3.1 cpal-1.0 cpl-1.0 cpol-1.02 cua-opl-1.0 curl d-fsl-1.0 dl-de-by-2.0 dl-de-zero-2.0
doc drl-1.0 drl-1.1 ecl-1.0 ecl-2.0 ecos-2.0 efl-1.0 efl-2.0 egenix elastic-2.0 entessa epl-1.0 epl-2.0 erlpl-1.1 etalab-2.0
eudatagrid eupl-1.0 eupl-1.1 eupl-1.2 fair fdk-aac frameworx-1.0 freebsd-doc freeimage fsfap fsl-1.1-alv2 fsl-1.1-mit ftl gd
gfdl-1.1 gfdl-1.1-only gfdl-1.1-or-later gfdl-1.2 gfdl-1.2-only gfdl-1.2-or-later gfdl-1.3 gfdl-1.3-invariants-only
gfdl-1.3-no-invariants-only gfdl-1.3-no-invariants-or-later gfdl-1.3-only gfdl-1.3-or-later glwtpl gnuplot gpl-1.0 gpl-1.0+
gpl-1.0-only gpl-1.0-or-later gpl-2.0 gpl-2.0+ gpl-2.0-only gpl-2.0-or-later gpl-2.0-with-autoconf-exception
gpl-2.0-with-bison-exception gpl-2.0-with-classpath-exception gpl-2.0-with-font-exception gpl-2.0-with-gcc-exception gpl-3.0
gpl-3.0+ gpl-3.0-only gpl-3.0-or-later gpl-3.0-with-autoconf-exception gpl-3.0-with-gcc-exception gsoap-1.3b hippocratic-2.1
hpnd hpnd-sell-variant htmltidy icu ijg imagemagick info-zip intel interbase-1.0 ipa ipl-1.0 isc jasper-2.0 jpnic json
latex2e leptonica lgpl-2.0 lgpl-2.0+ lgpl-2.0-only lgpl-2.0-or-later lgpl-2.1 lgpl-2.1+ lgpl-2.1-only lgpl-2.1-or-later
lgpl-3.0 lgpl-3.0+ lgpl-3.0-only lgpl-3.0-or-later lgpllr libpng libpng-2.0 libselinux-1.0 libtiff liliq-p-1.1 liliq-r-1.1
liliq-rplus-1.1 linux-openib lpl-1.0 lpl-1.02 lppl-1.0 lppl-1.1 lppl-1.2 lppl-1.3a lppl-1.3c miros mit mit-0 mit-advertising
mit-cmu mit-enna mit-feh mit-modern-variant mit-open-group mitnfa motosoto mpich2 mpl-1.0 mpl-1.1 mpl-2.0
mpl-2.0-no-copyleft-exception ms-lpl ms-pl ms-rl mulanpsl-1.0 mulanpsl-2.0 multics naist-2003 nasa-1.3 naumen nbpl-1.0
ncgl-uk-2.0 ncsa net-snmp netcdf ngpl nist-pd nlod-1.0 nlod-2.0 nlpl nokia nosl npl-1.0 npl-1.1 nposl-3.0 ntp nunit
o-uda-1.0 occt-pl oclc-2.0 odbl-1.0 odc-by-1.0 ofl-1.0 ofl-1.0-no-rfn ofl-1.0-rfn ofl-1.1 ofl-1.1-no-rfn ofl-1.1-rfn ogc-1.0
ogl-canada-2.0 ogl-uk-1.0 ogl-uk-2.0 ogl-uk-3.0 ogtsl oldap-1.1 oldap-1.2 oldap-1.3 oldap-1.4 oldap-2.0 oldap-2.0.1
oldap-2.1 oldap-2.2 oldap-2.2.1 oldap-2.2.2 oldap-2.3 oldap-2.4 oldap-2.5 oldap-2.6 oldap-2.7 oldap-2.8 olfl-1.3 openssl
openssl-standalone opl-1.0 opubl-1.0 oset-pl-2.1 osl-1.0 osl-1.1 osl-2.0 osl-2.1 osl-3.0 parity-6.0.0 parity-7.0.0 pddl-1.0
php-3.0 php-3.01 pixar plexus polyform-noncommercial-1.0.0 polyform-small-business-1.0.0 postgresql psf-2.0 python-2.0
python-2.0.1 qhull qpl-1.0 rhecos-1.1 rpl-1.1 rpl-1.5 rpsl-1.0 rscpl ruby sax-pd scea sendmail sgi-b-1.0 sgi-b-1.1 sgi-b-2.0
shl-0.5 shl-0.51 simpl-2.0 sissl sissl-1.2 sleepycat smlnj smppl snia softsurfer spencer-86 spencer-94 spencer-99 spl-1.0
ssh-openssh ssh-short sspl-1.0 standardml-nj sugarcrm-1.1.3 tapr-ohl-1.0 tcl tcp-wrappers tmate torque-1.1 tosl tpl-1.0
tu-berlin-1.0 tu-berlin-2.0 ubuntu-font-1.0 ucar ucl-1.0 unicode-3.0 unicode-dfs-2015 unicode-dfs-2016 unlicense upl-1.0 vim
vostrom vsl-1.0 w3c w3c-19980720 w3c-20150513 watcom-1.0 wsuipa wtfpl wxwindows x11 xerox xfree86-1.1 xinetd xnet xpp
ypl-1.0 ypl-1.1 zend-2.0 zimbra-1.3 zimbra-1.4 zlib zlib-acknowledgement zpl-1.1 zpl-2.0 zpl-2.1
`

var spdxSet = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool, 512)
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
