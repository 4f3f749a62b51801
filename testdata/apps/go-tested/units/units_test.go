package units

import "testing"

func TestThereAndBack(t *testing.T) {
	for _, c := range []float64{-40, 0, 37, 100} {
		if got := Celsius(Fahrenheit(c)); got != c {
			t.Errorf("%v becomes %v", c, got)
		}
	}
	if got := Fahrenheit(100); got != 212 {
		t.Errorf("water boils at %v", got)
	}
}
