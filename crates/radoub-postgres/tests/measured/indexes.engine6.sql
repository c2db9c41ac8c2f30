-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "public"."p" (
    "a" INTEGER NOT NULL,
    "b" INTEGER,
    "c" TEXT,
    "d" INTEGER[],
    "e" JSONB,
    "f" INET,
    "g" box,
    "h" TIMESTAMP(6),

    CONSTRAINT "pk" PRIMARY KEY ("a","b")
);

-- CreateIndex
CREATE INDEX "i01" ON "public"."p"("a" DESC, "b" ASC);

-- CreateIndex
CREATE INDEX "i02" ON "public"."p" USING HASH ("a" ASC);

-- CreateIndex
CREATE INDEX "i03" ON "public"."p" USING GIN ("d" array_ops ASC);

-- CreateIndex
CREATE INDEX "i04" ON "public"."p" USING GIN ("e" jsonb_ops ASC);

-- CreateIndex
CREATE INDEX "i05" ON "public"."p" USING GIN ("e" jsonb_path_ops ASC);

-- CreateIndex
CREATE INDEX "i06" ON "public"."p" USING GIN ("c" gin_trgm_ops ASC);

-- CreateIndex
CREATE INDEX "i07" ON "public"."p" USING GIST ("f" inet_ops ASC);

-- CreateIndex
CREATE INDEX "i08" ON "public"."p" USING GIST ("g" box_ops ASC);

-- CreateIndex
CREATE INDEX "i09" ON "public"."p" USING SPGIST ("c" text_ops ASC);

-- CreateIndex
CREATE INDEX "i10" ON "public"."p" USING SPGIST ("f" inet_ops ASC);

-- CreateIndex
CREATE INDEX "i11" ON "public"."p" USING BRIN ("a" int4_minmax_ops ASC);

-- CreateIndex
CREATE INDEX "i12" ON "public"."p" USING BRIN ("a" int4_minmax_multi_ops ASC);

-- CreateIndex
CREATE INDEX "i13" ON "public"."p" USING BRIN ("h" timestamp_bloom_ops ASC);

-- CreateIndex
CREATE INDEX "i14" ON "public"."p"("c" ASC);

-- CreateIndex
CREATE INDEX "i15" ON "public"."p" USING GIST ("c" gist_trgm_ops ASC);

-- CreateIndex
CREATE INDEX "i16" ON "public"."p" USING GIST ("a" gist_int4_ops ASC, "b" ASC);

-- CreateIndex
CREATE INDEX "i17" ON "public"."p" USING BRIN ("a" int4_minmax_ops ASC);

-- CreateIndex
CREATE INDEX "i18" ON "public"."p" USING HASH ("c" ASC);

-- CreateIndex
CREATE UNIQUE INDEX "i19" ON "public"."p"("a" ASC, "b" DESC);

-- CreateIndex
CREATE INDEX "i22" ON "public"."p" USING SPGIST ("g" box_ops ASC);

-- CreateIndex
CREATE INDEX "i23" ON "public"."p" USING GIN ("c" gin_trgm_ops ASC, "d" array_ops ASC);

-- CreateIndex
CREATE INDEX "i24" ON "public"."p" USING HASH ("b" ASC);

-- CreateIndex
CREATE UNIQUE INDEX "u" ON "public"."p"("b" ASC, "c" ASC);

-- CreateIndex
CREATE UNIQUE INDEX "ud" ON "public"."p"("c" ASC);
