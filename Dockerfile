# One image for the web process and the workers; the text engine's weights are inside, nothing is fetched at run time.
FROM python:3.13-slim-trixie
# The account that runs it; compose gives the number that may read ./secrets (scripts/secrets.sh writes it to .env).
ARG UID=10001
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/todoke
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/base.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && python -m ocr.models \
    && useradd --system --uid "$UID" --home-dir /var/lib/todoke todoke \
    && install -d -o todoke -m 0700 /var/lib/todoke /var/lib/todoke/anchors
USER todoke
ENV TODOKE_DATA_DIR=/var/lib/todoke TODOKE_HOST=0.0.0.0 TODOKE_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=4)"]
ENTRYPOINT ["todoke"]
CMD ["serve"]
