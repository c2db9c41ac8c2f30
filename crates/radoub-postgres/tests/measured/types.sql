-- Types, domains, enums of other namespaces. Since 15.
CREATE TYPE "_E" AS ENUM ('a');
CREATE SCHEMA other;
CREATE TYPE other.p AS ENUM ('b');
CREATE TYPE public.o AS ENUM ('c');
CREATE TABLE "A" (id int, e "_E", f "_E"[], g other.p, h o, i other.p[]);
CREATE DOMAIN d1 AS int;
CREATE DOMAIN d2 AS d1;
CREATE DOMAIN d3 AS varchar(10) NOT NULL DEFAULT 'x';
CREATE DOMAIN d4 AS int[];
CREATE DOMAIN d5 AS o;
CREATE TABLE "D" (a d1, b d2, c d3, d d4, e d1[], f d5, g d3[]);
CREATE TYPE other AS (a int);
CREATE TABLE "B" (id other, j other[], a "char", b name, c char, d bit, e bpchar, f varchar[], g numeric(5,-2), h numeric(3,5), i interval day to second(2), k timestamp(0), l int2vector, m oidvector, n numeric[], o bit varying, p bit(3)[], q char(4)[], r time(2)[], s regclass, t float(3), u money[], v int4range[], w int[][])
