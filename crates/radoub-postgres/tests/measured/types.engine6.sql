-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "public"."_E" AS ENUM ('a');

-- CreateEnum
CREATE TYPE "public"."o" AS ENUM ('c');

-- CreateTable
CREATE TABLE "public"."A" (
    "id" INTEGER,
    "e" "public"."_E",
    "f" "public"."_E"[],
    "g" p,
    "h" "public"."o",
    "i" _p[]
);

-- CreateTable
CREATE TABLE "public"."B" (
    "id" other,
    "j" _other[],
    "a" CHAR,
    "b" name,
    "c" CHAR(1),
    "d" BIT(1),
    "e" CHAR,
    "f" VARCHAR[],
    "g" DECIMAL(5,2046),
    "h" DECIMAL(3,5),
    "i" interval,
    "k" TIMESTAMP(0),
    "l" int2vector[],
    "m" oidvector[],
    "n" DECIMAL[],
    "o" VARBIT,
    "p" BIT(3)[],
    "q" CHAR(4)[],
    "r" TIME(2)[],
    "s" regclass,
    "t" REAL,
    "u" MONEY[],
    "v" _int4range[],
    "w" INTEGER[]
);

-- CreateTable
CREATE TABLE "public"."D" (
    "a" INTEGER,
    "b" d1,
    "c" VARCHAR(10) NOT NULL,
    "d" INTEGER[],
    "e" _d1[],
    "f" "public"."o",
    "g" _d3[]
);
