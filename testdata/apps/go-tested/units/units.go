// Package units converts temperatures.
package units

// Fahrenheit converts from degrees Celsius.
func Fahrenheit(celsius float64) float64 { return celsius*9/5 + 32 }

// Celsius converts from degrees Fahrenheit.
func Celsius(fahrenheit float64) float64 { return (fahrenheit - 32) * 5 / 9 }
