package org.lipkit.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that answers one request after the other as it was told to. */
final class TestServer implements AutoCloseable {

  /** How to answer one request. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService answering = Executors.newCachedThreadPool();
  private final Deque<Answer> answers = new ConcurrentLinkedDeque<>();
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  TestServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(answering);
    server.start();
  }

  TestServer then(Answer answer) {
    answers.add(answer);
    return this;
  }

  String address(String file) {
    return "http://localhost:" + server.getAddress().getPort() + "/" + file;
  }

  /** The Range header of every request so far, "" where there was none. */
  List<String> ranges() {
    return List.copyOf(ranges);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "" : range);
    try (exchange) {
      answers.remove().to(exchange);
    }
  }

  /** All of it, whatever was asked for. */
  static Answer whole(byte[] content) {
    return firstBytes(content, content.length);
  }

  /** Promises all of it and breaks off after {@code count} bytes. */
  static Answer firstBytes(byte[] content, int count) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, count);
      exchange.getResponseBody().flush();
    };
  }

  /** Like {@link #firstBytes}, but says nothing more until {@code end} instead of breaking off. */
  static Answer thenSilence(byte[] content, int count, CountDownLatch end) {
    return exchange -> {
      firstBytes(content, count).to(exchange);
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** What the Range header asks for. */
  static Answer rest(byte[] content) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int start = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes " + start + "-" + (content.length - 1) + "/" + content.length);
      exchange.sendResponseHeaders(206, content.length - start);
      exchange.getResponseBody().write(content, start, content.length - start);
    };
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  @Override
  public void close() {
    server.stop(0);
    answering.shutdownNow();
  }
}
