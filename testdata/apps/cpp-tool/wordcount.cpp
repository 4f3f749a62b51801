#include <iostream>
#include <map>
#include <string>

// Counts its arguments.
int main(int argc, char **argv) {
	std::map<std::string, int> count;
	for (int k = 1; k < argc; k++)
		count[argv[k]]++;
	for (const auto &[word, n] : count)
		std::cout << word << " " << n << "\n";
}
