FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/fundcenter

# The locked packages first: they change less often than the product.
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
# The keys below exist for this one command; nothing is encrypted or signed by it.
RUN SECRET_KEY=build FIELD_KEYS=1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    INDEX_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    CELERY_BROKER_URL=redis://unused python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 fund && mkdir -p var/media && chown -R fund var
USER fund

EXPOSE 8000
CMD ["gunicorn", "fundcenter.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4"]
