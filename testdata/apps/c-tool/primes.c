#include <stdio.h>
#include <stdlib.h>

/* Prints the primes below a number. */
int main(int argc, char **argv) {
	int limit = argc > 1 ? atoi(argv[1]) : 10;
	for (int n = 2; n < limit; n++) {
		int prime = 1;
		for (int d = 2; d * d <= n; d++) {
			if (n % d == 0) {
				prime = 0;
				break;
			}
		}
		if (prime)
			printf("%d\n", n);
	}
	return 0;
}
