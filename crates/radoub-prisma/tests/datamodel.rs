//! What a schema resolves to: names, both sides of relations, defaults.

use radoub_prisma::datamodel::{
    Arity, Datamodel, Default, FieldType, IndexAlgorithm, Literal, NativeType, OperatorClass,
    ReferentialAction, ScalarType, SortOrder, resolve,
};
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::version::PrismaMajor;

/// The one place that calls the code under test.
#[track_caller]
fn datamodel(files: &[&str]) -> Datamodel {
    let datasource =
        "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";
    let files = std::iter::once(&datasource).chain(files);
    let files: Vec<_> = files
        .enumerate()
        .map(|(at, text)| SourceFile {
            path: format!("{at}.prisma").into(),
            text: (*text).to_owned(),
        })
        .collect();
    let (datamodel, diagnostics) = resolve(&files, PrismaMajor::Six);
    datamodel.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

#[test]
fn models_of_several_files_are_one_schema_in_the_order_of_the_files() {
    let model = datamodel(&[
        "model B {\n  id Int @id\n  as A[]\n}\n",
        "model A {\n  id Int @id\n  bs B[]\n}\n",
    ]);
    let names: Vec<_> =
        model.models.iter().map(|model| (model.name.as_str(), model.location.file)).collect();
    assert_eq!(names, [("B", 1), ("A", 2)]);
}

#[test]
fn a_foreign_key_has_both_sides_and_the_default_actions() {
    let model = datamodel(&["model User {\n  id Int @id\n  posts Post[]\n  @@map(\"users\")\n}\n\
         model Post {\n  id Int @id\n  authorId Int @map(\"author\")\n  reviewerId Int?\n\
         \n  author User @relation(fields: [authorId], references: [id], onUpdate: NoAction)\n}\n"]);
    let [key] = model.foreign_keys.as_slice() else { panic!("{:?}", model.foreign_keys) };
    assert_eq!(model.model(key.target).name, "User");
    assert_eq!(model.field(key.target, key.opposite.unwrap()).name, "posts");
    assert_eq!(key.database_name, "Post_author_fkey");
    assert!(!key.one_to_one);
    assert_eq!((key.on_delete, key.explicit_on_delete), (ReferentialAction::Restrict, None));
    assert_eq!(key.on_update, ReferentialAction::NoAction);
}

#[test]
fn an_implicit_many_to_many_relation_is_a_join_table() {
    let model = datamodel(&[
        "model Tag {\n  name String @id @db.Uuid\n  posts Post[]\n}\nmodel Post {\n  id Int @id\n  tags Tag[]\n}\n",
    ]);
    let [table] = model.join_tables.as_slice() else { panic!("{:?}", model.join_tables) };
    assert_eq!(table.database_name, "_PostToTag");
    assert_eq!(model.model(table.a.model).name, "Post");
    assert_eq!(model.field(table.b.model, table.b.id).name, "name");
    assert_eq!(
        [
            &table.primary_key_name,
            &table.unique_index_name,
            &table.index_name,
            &table.b_foreign_key_name
        ],
        ["_PostToTag_AB_pkey", "_PostToTag_AB_unique", "_PostToTag_B_index", "_PostToTag_B_fkey"]
    );
}

#[test]
fn keys_and_indexes_are_named_after_the_database() {
    let model = datamodel(&[
        "model A {\n  id Int @id @map(\"key\")\n  name String @unique @map(\"n\")\n  body Json\n\
         \n  @@index([name(sort: Desc), id], map: \"own\")\n\
         \n  @@index([body(ops: JsonbPathOps)], type: Gin)\n  @@map(\"t\")\n}\n",
    ]);
    let table = &model.models[0];
    assert_eq!(table.primary_key.as_ref().unwrap().database_name, "t_pkey");
    let names: Vec<_> = table.indexes.iter().map(|index| index.database_name.as_str()).collect();
    assert_eq!(names, ["t_n_key", "own", "t_body_idx"]);
    assert_eq!(table.indexes[1].fields[0].sort, Some(SortOrder::Desc));
    assert_eq!(table.indexes[2].algorithm, Some(IndexAlgorithm::Gin));
    let class = table.indexes[2].fields[0].ops.as_ref().map(OperatorClass::database_name);
    assert_eq!(class.as_deref(), Some("jsonb_path_ops"));
}

#[test]
fn fields_have_types_arities_and_defaults() {
    let model = datamodel(&[
        "model A {\n  id Int @id @default(autoincrement())\n  price Decimal @default(123.4500) @db.Decimal(10, 2)\n\
         \n  moods Mood[] @default([SAD])\n  place Unsupported(\"point\")?\n  at DateTime @updatedAt @db.Timestamptz\n}\n\
         enum Mood {\n  HAPPY\n  SAD @map(\"so sad\")\n}\n",
    ]);
    let field =
        |name: &str| model.models[0].fields.iter().find(|field| field.name == name).unwrap();
    assert_eq!(field("id").default.as_ref().unwrap().value, Default::Autoincrement);
    let price = field("price");
    assert_eq!(
        price.kind,
        FieldType::Scalar(ScalarType::Decimal, Some(NativeType::Decimal(Some((10, 2)))))
    );
    assert_eq!(
        price.default.as_ref().unwrap().value,
        Default::Literal(Literal::Number("123.4500".to_owned()))
    );
    let sad = Literal::EnumValue { name: "SAD".into(), database_name: "so sad".into() };
    assert_eq!(field("moods").default.as_ref().unwrap().value, Default::List(vec![sad]));
    assert_eq!(
        (&field("place").kind, field("place").arity),
        (&FieldType::Unsupported("point".to_owned()), Arity::Optional)
    );
    assert!(field("at").updated_at);
}
