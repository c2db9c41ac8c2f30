-- Defaults that are easily misread.
CREATE EXTENSION citext;
CREATE SEQUENCE sq;
CREATE SEQUENCE "Sq";
CREATE SCHEMA other;
CREATE SEQUENCE other.sq;
CREATE SEQUENCE other."S.q";
CREATE TYPE "Color" AS ENUM ('RED','BLUE','it''s','a,b','a b');
CREATE TYPE color2 AS ENUM ('red','a b');
CREATE DOMAIN dom AS text DEFAULT 'domdef';
CREATE DOMAIN domi AS int;;
CREATE SEQUENCE "a.b";
CREATE SEQUENCE "q""q";
CREATE SEQUENCE "Sp ace"; CREATE TABLE t00 (
    c0 text[] DEFAULT (ARRAY['x','y'])[1:1],
    c1 text[] DEFAULT ARRAY['x'] || 'y'::text,
    c2 text[] DEFAULT '{a}'::text[] || 'b'::text,
    c3 text[] DEFAULT array_append(ARRAY['x'],'y'),
    c4 text[] DEFAULT array_append('{x}'::text[],'y'),
    c5 text[] DEFAULT COALESCE(ARRAY['x'],ARRAY['y']),
    c6 text[] DEFAULT ARRAY['x']::varchar[]::text[],
    c7 text[] DEFAULT (ARRAY['x'] COLLATE "C"),
    c8 text[] DEFAULT ARRAY['x' COLLATE "C"],
    c9 text[] DEFAULT '{a}'::text[] COLLATE "C",
    c11 text[] DEFAULT ARRAY['a', lower('B')],
    c12 text[] DEFAULT '{"a\\b"}',
    c13 text[] DEFAULT '{a b}',
    c14 text[] DEFAULT '{"it''s"}',
    c15 text[] DEFAULT '{a''b}',
    c16 text[] DEFAULT E'{"a\nb"}',
    c20 text[] DEFAULT '{"a\"\"b",c}',
    c21 text[] DEFAULT '{}'::text[],
    c22 text[] DEFAULT ARRAY['x'::text] || ARRAY['y'::text] || ARRAY['z'::text],
    c23 text[] DEFAULT ARRAY[]::text[] || 'x'::text,
    c24 text[] DEFAULT ARRAY['x',NULL],
    c25 text[] DEFAULT '{(a)}',
    c26 text[] DEFAULT '{a;b}',
    c27 text[] DEFAULT '{1}',
    c28 text[] DEFAULT '{é}',
    c29 text[] DEFAULT '{"{"}',
    c30 text[] DEFAULT '{"}"}',
    c31 text[] DEFAULT ARRAY[']'],
    c32 text[] DEFAULT ARRAY['[a]','b'']'],
    c33 text[] DEFAULT ARRAY['a']||current_user::text,
    c34 text[] DEFAULT '{NULL,a}',
    c35 text[] DEFAULT '{null}',
    c36 text[] DEFAULT '{"NULL"}',
    c37 text[] DEFAULT ARRAY['NULL'],
    c38 text[] DEFAULT ARRAY['a, b','::text']);
CREATE TABLE t01 (
    c0 int[] DEFAULT ARRAY[1] || 2,
    c1 int[] DEFAULT (ARRAY[1,2])[1:1],
    c2 int[] DEFAULT ARRAY[1,2+3],
    c3 int[] DEFAULT '{1,NULL}',
    c4 int[] DEFAULT '{ 1 , 2 }',
    c5 int[] DEFAULT ARRAY[1,NULL],
    c6 int[] DEFAULT '{01}',
    c7 int[] DEFAULT '{+1}',
    c8 int[] DEFAULT ARRAY[(-1),2],
    c9 int[] DEFAULT ARRAY[-1,-2],
    c10 int[] DEFAULT array_fill(0, ARRAY[3]),
    c11 int[] DEFAULT ARRAY[1::smallint],
    c12 int[] DEFAULT '{2147483647}');
CREATE TABLE t02 (c1 "Color"[] DEFAULT ARRAY['RED'::"Color"] || 'BLUE'::"Color",
    c2 "Color"[] DEFAULT enum_range(NULL::"Color"),
    c3 "Color"[] DEFAULT '{RED,BLUE}',
    c4 "Color"[] DEFAULT '{"it''s"}',
    c5 "Color"[] DEFAULT ARRAY['a b']::"Color"[],
    c6 "Color"[] DEFAULT '{"a b"}');
CREATE TABLE t03 (
    c0 bytea[] DEFAULT '{}',
    c1 bytea[] DEFAULT ARRAY[]::bytea[]);
CREATE TABLE t04 (
    c0 json[] DEFAULT '{"{}"}',
    c1 json[] DEFAULT '{"[]","1"}');
CREATE TABLE t05 (
    c0 bool[] DEFAULT ARRAY[true] || false,
    c1 bool[] DEFAULT '{t}',
    c2 bool[] DEFAULT ARRAY[NULL]::bool[],
    c3 bool[] DEFAULT ARRAY['t'::bool]);
CREATE TABLE t06 (
    c0 varchar[] DEFAULT ARRAY['a'::varchar] || 'b'::varchar,
    c1 varchar[] DEFAULT '{a}',
    c2 varchar[] DEFAULT ARRAY['a'::text]::varchar[]);
CREATE TABLE t07 (
    c0 float8[] DEFAULT '{1,-2.5,1e10,NaN}',
    c1 float8[] DEFAULT ARRAY[1.5::real],
    c2 float8[] DEFAULT '{.5}',
    c3 float8[] DEFAULT '{-0}');
CREATE TABLE t08 (
    c0 numeric[] DEFAULT '{1.50}',
    c1 numeric[] DEFAULT ARRAY[1.50,2],
    c2 numeric[] DEFAULT ARRAY['1.5'::numeric],
    c3 numeric[] DEFAULT ARRAY[1::numeric],
    c4 numeric[] DEFAULT ARRAY[1.5::float8]);
CREATE TABLE t09 (
    c0 timestamptz[] DEFAULT '{2020-01-01}',
    c1 timestamptz[] DEFAULT '{2020-01-01}',
    c2 timestamptz[] DEFAULT ARRAY[now()]);
CREATE TABLE t10 (
    c0 inet[] DEFAULT '{1.1.1.1}');
CREATE TABLE t11 (
    c0 bit(3)[] DEFAULT '{101}',
    c1 bit(3)[] DEFAULT ARRAY[B'101']);
CREATE TABLE t12 (
    c0 citext[] DEFAULT '{a}',
    c1 citext[] DEFAULT ARRAY['a'::citext]);
CREATE TABLE t13 (
    c0 money[] DEFAULT '{1}');
CREATE TABLE t14 (
    c0 oid[] DEFAULT '{1}');
CREATE TABLE t15 (
    c0 xml[] DEFAULT '{"<a/>"}');
CREATE TABLE t16 (
    c0 uuid[] DEFAULT '{00000000-0000-0000-0000-000000000000}');
CREATE TABLE t17 (
    c0 text DEFAULT (ARRAY['x'])[1],
    c1 text DEFAULT 'a' COLLATE "C",
    c2 text DEFAULT ('a'::text || 'b'::text),
    c3 text DEFAULT ('a')::text,
    c5 text DEFAULT 'RED'::"Color"::text,
    c6 text DEFAULT 'a'::public.citext,
    c7 text DEFAULT E'\\n',
    c8 text DEFAULT E'a\\''b',
    c9 text DEFAULT E'\x41',
    c10 text DEFAULT E'\101',
    c11 text DEFAULT 'a''',
    c12 text DEFAULT '''',
    c13 text DEFAULT '''a',
    c14 text DEFAULT E'\'',
    c15 text DEFAULT '%',
    c16 text DEFAULT 'a	b',
    c17 text DEFAULT '\\',
    c18 text DEFAULT '\n',
    c19 text DEFAULT 'a::text',
    c20 text DEFAULT 'x'::text::varchar(3),
    c21 text DEFAULT CAST('a' AS char(5)),
    c22 text DEFAULT 'a'::name,
    c23 text DEFAULT 'a'::"char");
CREATE TABLE t18 (
    c0 "Color" DEFAULT 'RED'::text::"Color",
    c1 "Color" DEFAULT enum_first(NULL::"Color"),
    c2 "Color" DEFAULT 'it''s',
    c3 "Color" DEFAULT ('RED'::"Color"));
CREATE TABLE t19 (
    c0 int DEFAULT 1::int::bigint,
    c1 int DEFAULT '1'::smallint,
    c2 int DEFAULT -'1'::int,
    c3 int DEFAULT - 1,
    c4 int DEFAULT --1
1,
    c5 int DEFAULT 1::numeric(5,2),
    c6 int DEFAULT '1'::numeric,
    c7 int DEFAULT CASE WHEN true THEN 1 ELSE 2 END,
    c8 int DEFAULT nextval('"public"."Sq"'),
    c9 int DEFAULT nextval('pg_catalog."x"'::text),
    c10 int DEFAULT currval('sq'),
    c11 int DEFAULT nextval('"a.b"'),
    c12 int DEFAULT nextval('"q""q"'),
    c13 int DEFAULT nextval('"Sp ace"'),
    c14 int DEFAULT nextval('sq'::regclass::text),
    c15 int DEFAULT nextval('other."S.q"')::int,
    c16 int DEFAULT nextval('sq'::regclass)::smallint);
CREATE TABLE t20 (
    c0 bigint DEFAULT nextval('"Sp ace"'),
    c1 bigint DEFAULT nextval('other.sq'),
    c2 bigint DEFAULT 2147483648,
    c3 bigint DEFAULT '-9223372036854775808'::bigint,
    c4 bigint DEFAULT (5)::bigint);
CREATE TABLE t21 (
    c0 smallint DEFAULT nextval('sq'),
    c1 smallint DEFAULT '-3'::smallint);
CREATE TABLE t22 (
    c0 float8 DEFAULT (1.5)::float8,
    c1 float8 DEFAULT 1::int,
    c2 float8 DEFAULT '-0',
    c3 float8 DEFAULT -0.0,
    c4 float8 DEFAULT 1.0::numeric(3,1),
    c5 float8 DEFAULT '1'::text::float8,
    c6 float8 DEFAULT (-1),
    c7 float8 DEFAULT -1::int,
    c8 float8 DEFAULT 5);
CREATE TABLE t23 (
    c0 numeric(5,2) DEFAULT 1::numeric(5,2),
    c1 numeric(5,2) DEFAULT -1::numeric,
    c2 numeric(5,2) DEFAULT '-1',
    c3 numeric(5,2) DEFAULT (-1.5)::numeric(5,2),
    c4 numeric(5,2) DEFAULT 0.00,
    c5 numeric(5,2) DEFAULT '00.10',
    c6 numeric(5,2) DEFAULT 1.);
CREATE TABLE t24 (
    c0 timestamp DEFAULT (now())::timestamp without time zone,
    c1 timestamp DEFAULT now()::timestamp(0),
    c3 timestamp DEFAULT timezone('UTC'::text, CURRENT_TIMESTAMP),
    c4 timestamp DEFAULT (CURRENT_TIMESTAMP(3))::timestamp(3),
    c5 timestamp DEFAULT now()::date::timestamp,
    c6 timestamp DEFAULT CURRENT_TIMESTAMP::date);
CREATE TABLE t25 (
    c0 time DEFAULT now()::time,
    c1 time DEFAULT CURRENT_TIMESTAMP::time,
    c2 time DEFAULT CURRENT_TIMESTAMP::time(3),
    c3 time DEFAULT now());
CREATE TABLE t26 (
    c0 date DEFAULT (now())::date,
    c1 date DEFAULT now()::timestamp::date);
CREATE TABLE t27 (
    c0 bool DEFAULT (true),
    c1 bool DEFAULT NULL::bool,
    c2 bool DEFAULT (NOT false),
    c3 bool DEFAULT '1'::bool,
    c4 bool DEFAULT 1=1,
    c5 bool DEFAULT true::text::bool);
CREATE TABLE t28 (
    c0 jsonb DEFAULT '{}'::json::jsonb,
    c1 jsonb DEFAULT '{}'::text::jsonb,
    c2 jsonb DEFAULT '{"k": [1, 2, {"z": "it''s"}]}',
    c3 jsonb DEFAULT E'{"a":"\\n"}',
    c4 jsonb DEFAULT jsonb_build_object('a',1),
    c5 jsonb DEFAULT '[]',
    c6 jsonb DEFAULT ('[]')::jsonb);
CREATE TABLE t29 (
    c0 bytea DEFAULT '\xff'::bytea,
    c1 bytea DEFAULT E'\\000',
    c2 bytea DEFAULT convert_to('a','UTF8'),
    c3 bytea DEFAULT '\x'::bytea);
