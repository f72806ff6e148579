package io.inmesh.instrumentation.jdkhttpclient;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The few internals of the library that the advice calls, the same in JDK 17 to 25. Reached through
 * the call site's own lookup: nothing is opened for reflection.
 */
final class Internals {
  private final MethodHandle exchangeRequest;
  private final MethodHandle exchangeMulti;
  private final MethodHandle newExchange;
  private final MethodHandle responseAsync;
  private final MethodHandle cancel;
  private final MethodHandle ignoreBody;
  private final MethodHandle setExchange;
  private final MethodHandle getExchange;
  private final MethodHandle cancelled;
  private final MethodHandle systemHeadersBuilder;
  private final MethodHandle builtHeaders;
  private final MethodHandle exchangeExecutor;
  private final MethodHandle responseHeaders;
  private final MethodHandle responseStatus;
  private final MethodHandle responseVersion;
  private final MethodHandle newResponse;
  private final MethodHandle userHeaders;
  private final MethodHandle setUserHeaders;
  private final MethodHandle http1Request;
  private final MethodHandle http1Connection;
  private final MethodHandle exchangeConnection;
  private final MethodHandle streamRequest;
  private final MethodHandle serverName;
  private final MethodHandle newServerName;
  private final MethodHandle alpn;
  private final MethodHandle mapping;

  /**
   * @param site lookup of any class of the library's package
   */
  Internals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> exchange = type(site, "Exchange");
    Class<?> multi = type(site, "MultiExchange");
    Class<?> request = type(site, "HttpRequestImpl");
    Class<?> response = type(site, "Response");
    Class<?> connection = type(site, "HttpConnection");
    Class<?> http1 = type(site, "Http1Request");
    Class<?> stream = type(site, "Stream");
    Class<?> secured = type(site, "AbstractAsyncSSLConnection");
    alpn =
        in(secured, site)
            .findVirtual(secured, "getALPN", MethodType.methodType(CompletableFuture.class))
            .asType(MethodType.methodType(CompletableFuture.class, Object.class));
    Class<?> nameType = type(site, "common.Utils$ServerName");
    Class<?> utils = type(site, "common.Utils");
    serverName =
        in(utils, site)
            .findStatic(
                utils, "getServerName", MethodType.methodType(nameType, InetSocketAddress.class))
            .asType(MethodType.methodType(Object.class, InetSocketAddress.class));
    newServerName =
        in(nameType, site)
            .findConstructor(
                nameType, MethodType.methodType(void.class, String.class, boolean.class))
            .asType(MethodType.methodType(Object.class, String.class, boolean.class));
    Class<?> mapped = type(site, "ResponseSubscribers$MappingSubscriber");
    mapping =
        in(mapped, site)
            .findConstructor(
                mapped,
                MethodType.methodType(
                    void.class, HttpResponse.BodySubscriber.class, Function.class, boolean.class))
            .asType(
                MethodType.methodType(
                    HttpResponse.BodySubscriber.class,
                    HttpResponse.BodySubscriber.class,
                    Function.class,
                    boolean.class));
    exchangeRequest = objects(in(exchange, site).findGetter(exchange, "request", request));
    exchangeMulti = objects(in(exchange, site).findGetter(exchange, "multi", multi));
    newExchange =
        objects(
            in(exchange, site)
                .findConstructor(exchange, MethodType.methodType(void.class, request, multi)));
    responseAsync =
        in(exchange, site)
            .findVirtual(exchange, "responseAsync", MethodType.methodType(CompletableFuture.class))
            .asType(MethodType.methodType(CompletableFuture.class, Object.class));
    cancel =
        in(exchange, site)
            .findVirtual(exchange, "cancel", MethodType.methodType(void.class, IOException.class))
            .asType(MethodType.methodType(void.class, Object.class, IOException.class));
    ignoreBody =
        in(exchange, site)
            .findVirtual(exchange, "ignoreBody", MethodType.methodType(CompletableFuture.class))
            .asType(MethodType.methodType(CompletableFuture.class, Object.class));
    setExchange =
        in(multi, site)
            .findVirtual(multi, "setExchange", MethodType.methodType(void.class, exchange))
            .asType(MethodType.methodType(void.class, Object.class, Object.class));
    getExchange =
        objects(in(multi, site).findVirtual(multi, "getExchange", MethodType.methodType(exchange)));
    cancelled =
        in(multi, site)
            .findGetter(multi, "cancelled", boolean.class)
            .asType(MethodType.methodType(boolean.class, Object.class));
    Class<?> builder = type(site, "common.HttpHeadersBuilder");
    systemHeadersBuilder =
        objects(
            in(request, site)
                .findVirtual(request, "getSystemHeadersBuilder", MethodType.methodType(builder)));
    builtHeaders =
        in(builder, site)
            .findVirtual(builder, "map", MethodType.methodType(Map.class))
            .asType(MethodType.methodType(Map.class, Object.class));
    exchangeExecutor =
        in(exchange, site)
            .unreflectGetter(exchange.getDeclaredField("parentExecutor"))
            .asType(MethodType.methodType(Executor.class, Object.class));
    responseHeaders =
        in(response, site)
            .findVirtual(response, "headers", MethodType.methodType(HttpHeaders.class))
            .asType(MethodType.methodType(HttpHeaders.class, Object.class));
    responseStatus =
        in(response, site)
            .findVirtual(response, "statusCode", MethodType.methodType(int.class))
            .asType(MethodType.methodType(int.class, Object.class));
    responseVersion =
        in(response, site)
            .findVirtual(response, "version", MethodType.methodType(HttpClient.Version.class))
            .asType(MethodType.methodType(HttpClient.Version.class, Object.class));
    newResponse =
        in(response, site)
            .findConstructor(
                response,
                MethodType.methodType(
                    void.class,
                    request,
                    exchange,
                    HttpHeaders.class,
                    connection,
                    int.class,
                    HttpClient.Version.class))
            .asType(
                MethodType.methodType(
                    Object.class,
                    Object.class,
                    Object.class,
                    HttpHeaders.class,
                    Object.class,
                    int.class,
                    HttpClient.Version.class));
    userHeaders =
        in(http1, site)
            .findGetter(http1, "userHeaders", HttpHeaders.class)
            .asType(MethodType.methodType(HttpHeaders.class, Object.class));
    setUserHeaders =
        in(http1, site)
            .findSetter(http1, "userHeaders", HttpHeaders.class)
            .asType(MethodType.methodType(void.class, Object.class, HttpHeaders.class));
    http1Request = objects(in(http1, site).findGetter(http1, "request", request));
    http1Connection = objects(in(http1, site).findGetter(http1, "connection", connection));
    exchangeConnection = exchangeConnection(exchange, connection, site);
    streamRequest = objects(in(stream, site).findGetter(stream, "request", request));
  }

  /** {@code (Object exchange) -> Object} for an exchange that has been sent. */
  private static MethodHandle exchangeConnection(
      Class<?> exchange, Class<?> connection, MethodHandles.Lookup site)
      throws ReflectiveOperationException {
    Class<?> protocol = type(site, "ExchangeImpl");
    MethodHandle ofProtocol =
        objects(
            in(protocol, site)
                .findVirtual(protocol, "connection", MethodType.methodType(connection)));
    return MethodHandles.filterReturnValue(
        objects(in(exchange, site).findGetter(exchange, "exchImpl", protocol)), ofProtocol);
  }

  /** The request of the hop; an {@code HttpRequestImpl}. */
  HttpRequest request(Object exchange) {
    try {
      return (HttpRequest) (Object) exchangeRequest.invokeExact(exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  Object multi(Object exchange) {
    try {
      return (Object) exchangeMulti.invokeExact(exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A fresh exchange for the same hop, put in place of the one before. */
  Object replaceExchange(Object exchange) {
    try {
      Object multi = (Object) exchangeMulti.invokeExact(exchange);
      Object request = (Object) exchangeRequest.invokeExact(exchange);
      Object next = (Object) newExchange.invokeExact(request, multi);
      setExchange.invokeExact(multi, next);
      return next;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A fresh exchange for the same hop, beside the one that the library holds. */
  Object newExchange(Object exchange) {
    try {
      Object multi = (Object) exchangeMulti.invokeExact(exchange);
      Object request = (Object) exchangeRequest.invokeExact(exchange);
      return (Object) newExchange.invokeExact(request, multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Makes this the exchange that the call reads its response from. */
  void setExchange(Object exchange) {
    try {
      Object multi = (Object) exchangeMulti.invokeExact(exchange);
      setExchange.invokeExact(multi, exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The exchange that the call reads its response from. */
  Object current(Object exchange) {
    try {
      Object multi = (Object) exchangeMulti.invokeExact(exchange);
      return (Object) getExchange.invokeExact(multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** True once the app or its deadline has cancelled the call. */
  boolean cancelled(Object exchange) {
    try {
      Object multi = (Object) exchangeMulti.invokeExact(exchange);
      return (boolean) cancelled.invokeExact(multi);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Sends the request; completes with a {@code Response} at its head. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  CompletableFuture<Object> responseAsync(Object exchange) {
    try {
      return (CompletableFuture<Object>) (CompletableFuture) responseAsync.invokeExact(exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void cancel(Object exchange, IOException cause) {
    try {
      cancel.invokeExact(exchange, cause);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @SuppressWarnings("rawtypes")
  CompletableFuture<?> ignoreBody(Object exchange) {
    try {
      return (CompletableFuture) ignoreBody.invokeExact(exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * The headers that the library adds on the wire and the app does not see, live: changes take
   * effect when the head is written. A header of the app's own of the same name wins.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  Map<String, List<String>> systemHeaders(HttpRequest request) {
    try {
      Object builder = (Object) systemHeadersBuilder.invokeExact((Object) request);
      return (Map<String, List<String>>) (Map) builtHeaders.invokeExact(builder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Where the library runs what belongs to this call. */
  Executor executor(Object exchange) {
    try {
      return (Executor) exchangeExecutor.invokeExact(exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  HttpHeaders headers(Object response) {
    try {
      return (HttpHeaders) responseHeaders.invokeExact(response);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Completes when the handshake of a connection has ended. */
  CompletableFuture<?> handshake(Object connection) {
    try {
      return (CompletableFuture) alpn.invokeExact(connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** What the library's TLS sends and checks at an address. */
  Object serverName(InetSocketAddress address) {
    try {
      return (Object) serverName.invokeExact(address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A server name that the library takes for an address: it is not sent. */
  Object literal(String name) {
    try {
      return (Object) newServerName.invokeExact(name, true);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * The library's own mapping of a body, which it trusts: what it makes of the body runs on its
   * thread, as for the subscriber within.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  <T> HttpResponse.BodySubscriber<T> mapping(
      HttpResponse.BodySubscriber<T> subscriber, UnaryOperator<T> map) {
    try {
      return (HttpResponse.BodySubscriber<T>)
          (HttpResponse.BodySubscriber)
              mapping.invokeExact((HttpResponse.BodySubscriber) subscriber, (Function) map, true);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int status(Object response) {
    try {
      return (int) responseStatus.invokeExact(response);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  HttpClient.Version version(Object response) {
    try {
      return (HttpClient.Version) responseVersion.invokeExact(response);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * A response head without a connection behind it, the form of the library's own synthetic 407.
   */
  Object response(
      HttpRequest request,
      Object exchange,
      HttpHeaders headers,
      int status,
      HttpClient.Version version) {
    try {
      return (Object)
          newResponse.invokeExact(
              (Object) request, exchange, headers, (Object) null, status, version);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The {@code HttpConnection} of an exchange that is answered. */
  Object connection(Object exchange) {
    try {
      return (Object) exchangeConnection.invokeExact(exchange);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The {@code HttpConnection} that a request in HTTP/1.1 is written to. */
  Object connectionOfHttp1(Object http1) {
    try {
      return (Object) http1Connection.invokeExact(http1);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  HttpRequest requestOfHttp1(Object http1) {
    try {
      return (HttpRequest) (Object) http1Request.invokeExact(http1);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  HttpRequest requestOfStream(Object stream) {
    try {
      return (HttpRequest) (Object) streamRequest.invokeExact(stream);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  HttpHeaders userHeaders(Object http1) {
    try {
      return (HttpHeaders) userHeaders.invokeExact(http1);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void setUserHeaders(Object http1, HttpHeaders headers) {
    try {
      setUserHeaders.invokeExact(http1, headers);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static Class<?> type(MethodHandles.Lookup site, String name)
      throws ReflectiveOperationException {
    return Class.forName(
        "jdk.internal.net.http." + name, false, site.lookupClass().getClassLoader());
  }

  private static MethodHandles.Lookup in(Class<?> type, MethodHandles.Lookup site)
      throws IllegalAccessException {
    return MethodHandles.privateLookupIn(type, site);
  }

  private static MethodHandle objects(MethodHandle handle) {
    return handle.asType(handle.type().generic());
  }

  private static RuntimeException unexpected(@Nullable Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
