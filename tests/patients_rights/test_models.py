"""What is always true of a charter, whatever somebody tries."""

import pytest
from django.db import IntegrityError, transaction

from tests import make

pytestmark = pytest.mark.django_db


def test_a_hospital_has_one_charter():
    charter = make.charter()

    with pytest.raises(IntegrityError), transaction.atomic():
        make.charter(hospital=charter.hospital)


def test_two_charters_cannot_have_one_address():
    make.charter(slug="rights")

    with pytest.raises(IntegrityError), transaction.atomic():
        make.charter(slug="rights")


def test_two_rights_cannot_have_one_number():
    charter = make.charter()
    make.article(charter, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.article(charter, 1)


def test_a_right_and_a_responsibility_may_have_one_number():
    charter = make.charter()

    make.article(charter, 1)
    make.article(charter, 1, kind="responsibility")

    assert [article.anchor for article in charter.articles.all()] == ["right-1", "responsibility-1"]


def test_article_numbers_start_at_one():
    with pytest.raises(IntegrityError, match="article_numbers_start_at_one"), transaction.atomic():
        make.article(make.charter(), 0)
