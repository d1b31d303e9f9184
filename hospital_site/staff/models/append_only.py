"""Rows that are written once: history that the application cannot rewrite."""

from django.db import models


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **changes):
        if set(changes) - self.model.MAY_CHANGE:
            raise TypeError(f"{self.model.__name__} is append-only: write a new row.")
        return super().update(**changes)

    def bulk_create(self, rows, *args, update_conflicts=False, **options):
        if update_conflicts:
            raise TypeError(f"{self.model.__name__} is append-only: write a new row.")
        return super().bulk_create(rows, *args, **options)

    def delete(self):
        raise TypeError(f"{self.model.__name__} is append-only: its rows stay.")


class AppendOnly(models.Model):
    """A row that is saved once. `MAY_CHANGE` names columns that an action may still set, by a queryset's `update`."""

    MAY_CHANGE: set[str] = set()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only: write a new row.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} is append-only: its rows stay.")
