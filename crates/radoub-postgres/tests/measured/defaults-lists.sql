-- Defaults of arrays, and numbers in odd forms.
CREATE TYPE "C" AS ENUM ('a1','a b','a-b','1');CREATE TABLE t00 (
    c0 text[] DEFAULT '{a1}',
    c1 text[] DEFAULT '{a_b}',
    c2 text[] DEFAULT '{_a}',
    c3 text[] DEFAULT '{a-b}',
    c4 text[] DEFAULT '{a.b}',
    c5 text[] DEFAULT '{A}',
    c6 text[] DEFAULT '{$a}',
    c7 text[] DEFAULT '{a$}',
    c8 text[] DEFAULT '{a@b}',
    c9 text[] DEFAULT '{a:b}',
    c10 text[] DEFAULT '{a/b}',
    c11 text[] DEFAULT '{a+b}',
    c12 text[] DEFAULT '{1a}',
    c13 text[] DEFAULT '{aé}',
    c14 text[] DEFAULT '{a,1}',
    c15 text[] DEFAULT '{true}',
    c16 text[] DEFAULT '{t}',
    c17 text[] DEFAULT '{-}',
    c18 text[] DEFAULT '{a''}',
    c19 text[] DEFAULT '{"a b''c"}',
    c20 text[] DEFAULT '{"a''b c"}',
    c21 text[] DEFAULT '{"a b","c d"}',
    c22 text[] DEFAULT '{"a b",c}',
    c23 text[] DEFAULT '{c,"a b"}',
    c24 text[] DEFAULT '{"\\"}',
    c25 text[] DEFAULT '{"a\\b"}',
    c26 text[] DEFAULT '{"a\\\\b"}',
    c27 text[] DEFAULT '{"a\"b c"}',
    c28 text[] DEFAULT '{"é b"}',
    c29 text[] DEFAULT '{"a
b"}',
    c30 text[] DEFAULT '{"[x]"}',
    c31 text[] DEFAULT '{"(x) y"}',
    c32 text[] DEFAULT '{"{x}"}',
    c33 text[] DEFAULT '{" "}',
    c34 text[] DEFAULT '{"a, b"}',
    c35 text[] DEFAULT '{""}',
    c36 text[] DEFAULT '{nulls}',
    c37 text[] DEFAULT '{"a;b c"}',
    c38 text[] DEFAULT '{"1 2"}',
    c39 text[] DEFAULT '{"::"}',
    c40 text[] DEFAULT '{"a b",c,c,c}',
    c41 text[] DEFAULT '{"tab	here"}',
    c42 text[] DEFAULT '{a,b,c}',
    c43 text[] DEFAULT '{a , b}',
    c44 text[] DEFAULT '{"http://x.y/z?q=1"}',
    c45 text[] DEFAULT '{http://x}',
    c46 text[] DEFAULT '{a=b}',
    c47 text[] DEFAULT '{a!}',
    c48 text[] DEFAULT '{a?b}',
    c49 text[] DEFAULT '{a*}',
    c50 text[] DEFAULT '{a%}',
    c51 text[] DEFAULT '{a&b}',
    c52 text[] DEFAULT '{#a}',
    c53 text[] DEFAULT '{a~b}',
    c54 text[] DEFAULT '{a|b}',
    c55 text[] DEFAULT '{a^b}',
    c56 text[] DEFAULT '{a<b}',
    c57 text[] DEFAULT '{a`b}',
    c58 text[] DEFAULT '{a[b}',
    c59 text[] DEFAULT '{a]b}',
    c60 text[] DEFAULT E'{"a\nb"}');
CREATE TABLE t01 (
    c0 int[] DEFAULT '{-1}',
    c1 int[] DEFAULT '{1,-2,3}',
    c2 int[] DEFAULT '{0}',
    c3 int[] DEFAULT '{007}');
CREATE TABLE t02 (
    c0 bigint[] DEFAULT '{-1}',
    c1 bigint[] DEFAULT '{1,-2,3}',
    c2 bigint[] DEFAULT '{0}',
    c3 bigint[] DEFAULT '{007}');
CREATE TABLE t03 (
    c0 float8[] DEFAULT '{-1.5}',
    c1 float8[] DEFAULT '{1e5}',
    c2 float8[] DEFAULT '{NaN}',
    c3 float8[] DEFAULT '{1.}',
    c4 float8[] DEFAULT '{.5}',
    c5 float8[] DEFAULT '{1,2.50}',
    c6 float8[] DEFAULT '{-0}');
CREATE TABLE t04 (
    c0 numeric[] DEFAULT '{-1.5}',
    c1 numeric[] DEFAULT '{1e5}',
    c2 numeric[] DEFAULT '{NaN}',
    c3 numeric[] DEFAULT '{1.}',
    c4 numeric[] DEFAULT '{.5}',
    c5 numeric[] DEFAULT '{1,2.50}',
    c6 numeric[] DEFAULT '{-0}');
CREATE TABLE t05 (
    c0 bool[] DEFAULT '{t,f,t}');
CREATE TABLE t06 (
    c0 json[] DEFAULT '{"{}"}',
    c1 json[] DEFAULT '{null}',
    c2 json[] DEFAULT '{true}',
    c3 json[] DEFAULT '{"{\"a\": 1}"}',
    c4 json[] DEFAULT ARRAY['{"a": 1}'::json],
    c5 json[] DEFAULT '{"\"x\""}');
CREATE TABLE t07 (
    c0 jsonb[] DEFAULT '{"{\"a\": 1}"}',
    c1 jsonb[] DEFAULT '{1}',
    c2 jsonb[] DEFAULT '{true}');
CREATE TABLE t08 (
    c0 "C"[] DEFAULT '{a1}',
    c1 "C"[] DEFAULT '{"a b"}',
    c2 "C"[] DEFAULT '{a-b}',
    c3 "C"[] DEFAULT '{1}');
CREATE TABLE t09 (
    c0 bigint DEFAULT -5::int,
    c1 bigint DEFAULT (-5)::int,
    c2 bigint DEFAULT 5::smallint,
    c3 bigint DEFAULT '-5'::int,
    c4 bigint DEFAULT - (5::int));
CREATE TABLE t10 (
    c0 int DEFAULT -5::smallint,
    c1 int DEFAULT (- 5),
    c2 int DEFAULT -(5::smallint));
CREATE TABLE t11 (
    c0 smallint DEFAULT -5::int);
CREATE TABLE t12 (
    c0 float8 DEFAULT -5::int,
    c1 float8 DEFAULT -5::smallint,
    c2 float8 DEFAULT -(1.5::real),
    c3 float8 DEFAULT (1)::int::float8,
    c4 float8 DEFAULT 1.50::real,
    c5 float8 DEFAULT '1.50',
    c6 float8 DEFAULT '1.50'::float8,
    c7 float8 DEFAULT 1.500,
    c8 float8 DEFAULT 100000000000000000000,
    c9 float8 DEFAULT 0.00001,
    c10 float8 DEFAULT '0.00001',
    c11 float8 DEFAULT 1e2,
    c12 float8 DEFAULT '1e2',
    c13 float8 DEFAULT 12345678.9);
CREATE TABLE t13 (
    c0 numeric(20,5) DEFAULT -5::int,
    c1 numeric(20,5) DEFAULT 1e2,
    c2 numeric(20,5) DEFAULT -(1.5),
    c3 numeric(20,5) DEFAULT '-1.50');
CREATE TABLE t14 (
    c0 real DEFAULT 0.1,
    c1 real DEFAULT '0.1',
    c2 real DEFAULT 16777217);
CREATE TABLE t15 (
    c0 money DEFAULT -1,
    c1 money DEFAULT '1,000.00',
    c2 money DEFAULT 1::numeric);
CREATE TABLE t16 (
    c0 timestamp(6)[] DEFAULT '{}');
CREATE TABLE t17 (
    c0 time[] DEFAULT '{}');
CREATE TABLE t18 (
    c0 timetz[] DEFAULT '{}');
CREATE TABLE t19 (
    c0 time(0)[] DEFAULT '{}');
CREATE TABLE t20 (
    c0 timestamptz(3)[] DEFAULT '{}');
CREATE TABLE t21 (
    c0 bpchar[] DEFAULT '{a}');
CREATE TABLE t22 (
    c0 bit[] DEFAULT '{1}');
CREATE TABLE t23 (
    c0 bit varying[] DEFAULT '{1}');
CREATE TABLE t24 (
    c0 numeric(5)[] DEFAULT '{}');
