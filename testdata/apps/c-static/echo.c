#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Greets everyone who connects. */
int main(int argc, char **argv) {
	int port = argc > 1 ? atoi(argv[1]) : 7000;
	int s = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = INADDR_ANY};
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(s, (struct sockaddr *)&at, sizeof at) < 0 || listen(s, 8) < 0) {
		perror("listen");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("listening on %d\n", port);
	for (;;) {
		int c = accept(s, NULL, NULL);
		const char *hello = "220 hello\r\n";
		if (c < 0)
			continue;
		if (write(c, hello, strlen(hello)) < 0)
			perror("write");
		close(c);
	}
}
