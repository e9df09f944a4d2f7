# The dashboard in a container: `docker build -t repaint .`, then see docs/HOSTING.md.
FROM python:3.13-slim

RUN useradd --create-home --uid 1000 painter
WORKDIR /home/painter/app

# The checkout runs as it lies there, without being installed.
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

COPY --chown=painter . .
RUN mkdir /runs && chown painter /runs
USER painter

# VGG16's weights become a part of the image, so that it starts without a network.
RUN python -m nst_core weights

ENV NST_RUNS=/runs
VOLUME /runs
EXPOSE 8501
HEALTHCHECK --start-period=60s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/health', timeout=5)"]
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.headless", "true"]
