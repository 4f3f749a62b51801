/* checksum prints the CRC-32 of each file that it is given. */
#include <stdio.h>
#include <zlib.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		unsigned char block[4096];
		uLong sum = crc32(0L, Z_NULL, 0);
		size_t n;
		FILE *f = fopen(argv[i], "rb");
		if (!f) {
			perror(argv[i]);
			return 1;
		}
		while ((n = fread(block, 1, sizeof block, f)) > 0)
			sum = crc32(sum, block, n);
		fclose(f);
		printf("%08lx %s\n", sum, argv[i]);
	}
	return 0;
}
