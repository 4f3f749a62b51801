// ledger loads entries into a database in memory and prints their sum.
#include <fstream>
#include <iostream>
#include <sqlite3.h>
#include <sstream>

int main()
{
	std::ifstream file(ENTRIES);
	if (!file) {
		std::cerr << "no " << ENTRIES << "\n";
		return 1;
	}
	std::stringstream script;
	script << file.rdbuf();
	sqlite3 *db = nullptr;
	sqlite3_stmt *sum = nullptr;
	if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_exec(db, script.str().c_str(), nullptr, nullptr, nullptr) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT count(*), sum(cents) FROM entries", -1, &sum, nullptr) != SQLITE_OK || sqlite3_step(sum) != SQLITE_ROW) {
		std::cerr << sqlite3_errmsg(db) << "\n";
		return 1;
	}
	std::cout << sqlite3_column_int(sum, 0) << " entries, " << sqlite3_column_int(sum, 1) << " cents\n";
	sqlite3_finalize(sum);
	sqlite3_close(db);
	return 0;
}
