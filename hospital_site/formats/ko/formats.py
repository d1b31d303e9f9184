"""In Korean the half of the day stands before the hour."""

from django.conf.locale.ko.formats import DATE_FORMAT, SHORT_DATE_FORMAT

TIME_FORMAT = "A g:i"
DATETIME_FORMAT = f"{DATE_FORMAT} {TIME_FORMAT}"
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT} {TIME_FORMAT}"
