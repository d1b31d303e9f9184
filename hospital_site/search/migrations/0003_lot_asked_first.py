from django.db import migrations

# No worker is started for what takes a millisecond: the cost of the function, which is only said to be high, makes the
# planner believe in them
ALONE = "ALTER FUNCTION search_vector PARALLEL {}"

# The same index of an eleventh of the passages: see `PassageQuerySet.up_to`
INDEX = """
CREATE INDEX search_index_of_lot ON search_passage USING gin (search_vector(tokens)) WITH (fastupdate = off)
WHERE (edition_id % 11) < 1
"""


def execute(*statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("search", "0002_cost_of_a_vector")]

    operations = [
        migrations.RunPython(
            execute(INDEX, ALONE.format("UNSAFE")), execute("DROP INDEX search_index_of_lot", ALONE.format("SAFE"))
        )
    ]
