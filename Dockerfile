# Hunch as a container: slim, not root, and fit for a read-only root with one volume at /data.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TF_CPP_MIN_LOG_LEVEL=3 \
    HOME=/data \
    KERAS_HOME=/data/keras \
    HUNCH_STORE=/data/store \
    HUNCH_QUEUE=/data/queue.sqlite

RUN useradd --uid 10001 --home-dir /data --no-create-home hunch \
    && mkdir /data \
    && chown hunch /data

WORKDIR /app
COPY requirements.txt requirements-*.txt ./
# Extras, such as "-r requirements-s3.txt", by build argument.
ARG EXTRAS=""
RUN pip install --no-cache-dir -r requirements.txt ${EXTRAS}
COPY app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY core core
COPY pages pages
# Nothing can be compiled later, on a read-only root.
RUN python -m compileall -q core pages

# By its number, which a platform that admits no root can tell.
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0", "--server.headless=true", "--server.fileWatcherType=none"]
