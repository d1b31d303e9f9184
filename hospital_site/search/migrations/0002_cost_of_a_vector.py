from django.db import migrations

TOKENS = "array_to_tsvector(string_to_array(tokens, ' '))"
INDEX = "CREATE INDEX search_index ON search_passage USING gin ({}) WITH (fastupdate = off)"

# A function says what it costs; an expression counts as nearly nothing, so that of a long query every row would be
# computed anew rather than read from the index. Not written in SQL, which a planner would put in its place.
FUNCTION = """
CREATE OR REPLACE FUNCTION search_vector(tokens text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
AS 'BEGIN RETURN pg_catalog.array_to_tsvector(pg_catalog.string_to_array(tokens, '' '')); END'
"""


def execute(*statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunPython(
            execute(FUNCTION, "DROP INDEX search_index", INDEX.format("search_vector(tokens)")),
            execute("DROP INDEX search_index", INDEX.format(TOKENS), "DROP FUNCTION search_vector"),
        ),
    ]
