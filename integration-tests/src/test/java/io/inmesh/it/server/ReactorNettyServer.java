package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The server below Spring WebFlux. */
public final class ReactorNettyServer implements LibraryServer {
  @Override
  public int start(ServerPages pages, int port) {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(port)
        .handle((request, response) -> answer(pages, request, response))
        .bindNow()
        .port();
  }

  private static Publisher<Void> answer(
      ServerPages pages, HttpServerRequest request, HttpServerResponse response) {
    List<String> headers = new ArrayList<>();
    request
        .requestHeaders()
        .forEach(header -> headers.addAll(List.of(header.getKey(), header.getValue())));
    return request
        .receive()
        .aggregate()
        .asByteArray()
        .defaultIfEmpty(new byte[0])
        .publishOn(Schedulers.boundedElastic())
        .flatMap(body -> send(page(pages, request, headers, body), response));
  }

  private static ServerPages.Page page(
      ServerPages pages, HttpServerRequest request, List<String> headers, byte[] body) {
    InetSocketAddress remote = request.remoteAddress();
    try {
      return pages.answer(
          new ServerPages.Request(
              request.method().name(),
              request.uri(),
              headers,
              body,
              remote == null ? "" : remote.getAddress().getHostAddress() + ":" + remote.getPort(),
              request.scheme(),
              request.scheme().equals("https"),
              request.version().text()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Mono<Void> send(ServerPages.Page page, HttpServerResponse response) {
    return response
        .status(page.status())
        .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(page.body().length))
        .sendByteArray(Mono.just(page.body()))
        .then();
  }
}
