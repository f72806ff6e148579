package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Socket;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Lets one call of the library make several exchanges at the same hop: in 3.14 to 4.3 through its
 * Transmitter, later through RealCall, whose methods took a third argument in 5.0.
 */
final class Internals {
  private static final String CONNECTION = "okhttp3.internal.connection.";

  private final MethodHandle callOfChain;
  private final MethodHandle client;
  private final MethodHandle prepare;
  private final MethodHandle release;
  private final MethodHandle connection;
  private final MethodHandle served;
  private final @Nullable MethodHandle pool;
  private final MethodHandle leave;
  private final MethodHandle exchange;
  private final MethodHandle cancelExchange;

  Internals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    ClassLoader library = site.lookupClass().getClassLoader();
    Class<?> chain = Class.forName("okhttp3.internal.http.RealInterceptorChain", false, library);
    Class<?> exchangeType = Class.forName(CONNECTION + "Exchange", false, library);
    Class<?> call = callType(library);
    MethodHandles.Lookup inCall = MethodHandles.privateLookupIn(call, site);
    boolean transmitter = call.getSimpleName().equals("Transmitter");
    callOfChain =
        MethodHandles.privateLookupIn(chain, site)
            .findVirtual(
                chain, transmitter ? "transmitter" : "getCall$okhttp", MethodType.methodType(call))
            .asType(MethodType.methodType(Object.class, Interceptor.Chain.class));
    client =
        inCall
            .findGetter(call, "client", OkHttpClient.class)
            .asType(MethodType.methodType(OkHttpClient.class, Object.class));
    release =
        inCall
            .findVirtual(
                call,
                transmitter ? "releaseConnectionNoEvents" : "releaseConnectionNoEvents$okhttp",
                MethodType.methodType(Socket.class))
            .asType(MethodType.methodType(Socket.class, Object.class));
    Class<?> connectionType = Class.forName(CONNECTION + "RealConnection", false, library);
    connection =
        inCall
            .findGetter(call, "connection", connectionType)
            .asType(MethodType.methodType(Object.class, Object.class));
    served =
        MethodHandles.privateLookupIn(connectionType, site)
            .findGetter(connectionType, "successCount", int.class)
            .asType(MethodType.methodType(int.class, Object.class));
    pool =
        transmitter
            ? inCall
                .unreflectGetter(call.getDeclaredField("connectionPool"))
                .asType(MethodType.methodType(Object.class, Object.class))
            : null;
    prepare = prepare(inCall, call, chain, transmitter);
    leave =
        transmitter
            ? afterFailure(inCall, call)
            : inCall
                .findVirtual(
                    call,
                    "exitNetworkInterceptorExchange$okhttp",
                    MethodType.methodType(void.class, boolean.class))
                .asType(MethodType.methodType(void.class, Object.class, boolean.class));
    exchange =
        inCall
            .findGetter(call, "exchange", exchangeType)
            .asType(MethodType.methodType(Object.class, Object.class));
    cancelExchange =
        MethodHandles.privateLookupIn(exchangeType, site)
            .findVirtual(exchangeType, "cancel", MethodType.methodType(void.class))
            .asType(MethodType.methodType(void.class, Object.class));
  }

  private static Class<?> callType(ClassLoader library) throws ClassNotFoundException {
    try {
      return Class.forName(CONNECTION + "RealCall", false, library);
    } catch (ClassNotFoundException before44) {
      return Class.forName(CONNECTION + "Transmitter", false, library);
    }
  }

  /**
   * {@code (Object call, Request, Chain) -> void}: the next exchange gets an address of its own.
   */
  private static MethodHandle prepare(
      MethodHandles.Lookup in, Class<?> call, Class<?> chain, boolean transmitter)
      throws ReflectiveOperationException {
    MethodHandle handle;
    if (transmitter) {
      handle =
          in.findVirtual(
              call, "prepareToConnect", MethodType.methodType(void.class, Request.class));
      // Without a request of before it does not try to keep the finder, and the address, that it
      // has.
      MethodHandle forget =
          MethodHandles.insertArguments(
              in.findSetter(call, "request", Request.class), 1, (Object) null);
      handle = MethodHandles.dropArguments(MethodHandles.foldArguments(handle, forget), 2, chain);
    } else {
      MethodType early = MethodType.methodType(void.class, Request.class, boolean.class);
      try {
        handle =
            MethodHandles.dropArguments(
                in.findVirtual(call, "enterNetworkInterceptorExchange", early), 3, chain);
      } catch (NoSuchMethodException since5) {
        handle =
            in.findVirtual(
                call, "enterNetworkInterceptorExchange", early.appendParameterTypes(chain));
      }
      handle = MethodHandles.insertArguments(handle, 2, true);
    }
    return handle.asType(
        MethodType.methodType(void.class, Object.class, Request.class, Interceptor.Chain.class));
  }

  /**
   * {@code (Object call, boolean failed) -> void} for the Transmitter, which has to be told of
   * failures only.
   */
  private static MethodHandle afterFailure(MethodHandles.Lookup in, Class<?> call)
      throws ReflectiveOperationException {
    MethodHandle told =
        in.findVirtual(call, "exchangeDoneDueToException", MethodType.methodType(void.class))
            .asType(MethodType.methodType(void.class, Object.class));
    MethodHandle nothing = MethodHandles.empty(told.type());
    MethodHandle test =
        MethodHandles.permuteArguments(
            MethodHandles.identity(boolean.class),
            MethodType.methodType(boolean.class, Object.class, boolean.class),
            1);
    return MethodHandles.guardWithTest(
        test,
        MethodHandles.dropArguments(told, 1, boolean.class),
        MethodHandles.dropArguments(nothing, 1, boolean.class));
  }

  /** The library's own object for the call of a chain. */
  Object call(Interceptor.Chain chain) {
    try {
      return (Object) callOfChain.invokeExact(chain);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The client that makes a call. */
  OkHttpClient client(Object call) {
    try {
      return (OkHttpClient) client.invokeExact(call);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Gets the call ready for one more exchange, on a connection chosen anew: a hop, or a retry, to
   * the same host and port would otherwise stay on the connection of the endpoint before.
   *
   * @param first true before the first exchange of the hop
   * @param failed true if the exchange before ended in an error
   */
  void prepare(Object call, Request request, Interceptor.Chain chain, boolean first, boolean failed)
      throws IOException {
    try {
      if (!first) {
        leave.invokeExact(call, failed);
      }
      leaveConnection(call);
      prepare.invokeExact(call, request, chain);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Under the lock that the library itself takes for this: of the connection, before 4.4 of the
   * pool.
   */
  private void leaveConnection(Object call) throws Throwable {
    Object held = (Object) connection.invokeExact(call);
    if (held == null) {
      return;
    }
    Socket idle;
    synchronized (pool == null ? held : (Object) pool.invokeExact(call)) {
      idle = (Socket) release.invokeExact(call);
    }
    if (idle != null) {
      idle.close();
    }
  }

  /** The connection that a call has now, or null. */
  @Nullable Connection connection(Object call) {
    try {
      return (Connection) (Object) connection.invokeExact(call);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether the connection that a call has now has carried an exchange before. */
  boolean hasServed(Object call) {
    try {
      Object held = (Object) connection.invokeExact(call);
      return held != null && (int) served.invokeExact(held) > 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Gives back the connection of an exchange that has failed: the call may end without another. */
  void giveBack(Object call) throws IOException {
    try {
      leaveConnection(call);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Ends the exchange that is under way, if any; from any thread. */
  void abort(Object call) {
    try {
      Object current = (Object) exchange.invokeExact(call);
      if (current != null) {
        cancelExchange.invokeExact(current);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
