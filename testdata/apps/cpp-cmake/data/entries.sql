CREATE TABLE entries (what TEXT, cents INTEGER);
INSERT INTO entries VALUES ('tea', 350), ('bread', 420), ('return of a bottle', -25);
