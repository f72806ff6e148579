package io.inmesh.instrumentation.tomcat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.ActionHook;
import org.apache.coyote.ErrorState;
import org.apache.coyote.Request;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.collections.SynchronizedStack;
import org.apache.tomcat.util.net.Nio2Endpoint;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** The members of Tomcat that are not public. */
final class Internals {
  private final Class<?> connectionHandler;
  private final MethodHandle getChannels;
  private final MethodHandle setChannels;
  private final MethodHandle destroySocket;
  private final MethodHandle destroyNio2Socket;
  private final MethodHandle getProtocol;
  private final MethodHandle getHook;
  private final MethodHandle getWrapper;
  private final MethodHandle getErrorState;
  private final Class<?> streamProcessor;
  private final MethodHandle getHttp2;

  Internals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    MethodHandles.Lookup endpoint = MethodHandles.privateLookupIn(NioEndpoint.class, site);
    getChannels = endpoint.findGetter(NioEndpoint.class, "nioChannels", SynchronizedStack.class);
    setChannels = endpoint.findSetter(NioEndpoint.class, "nioChannels", SynchronizedStack.class);
    destroySocket =
        endpoint.findVirtual(
            NioEndpoint.class,
            "destroySocket",
            MethodType.methodType(void.class, SocketChannel.class));
    destroyNio2Socket =
        MethodHandles.privateLookupIn(Nio2Endpoint.class, site)
            .findVirtual(
                Nio2Endpoint.class,
                "destroySocket",
                MethodType.methodType(void.class, AsynchronousSocketChannel.class));
    connectionHandler =
        Class.forName(
            "org.apache.coyote.AbstractProtocol$ConnectionHandler",
            false,
            site.lookupClass().getClassLoader());
    getProtocol =
        MethodHandles.privateLookupIn(connectionHandler, site)
            .findVirtual(
                connectionHandler, "getProtocol", MethodType.methodType(AbstractProtocol.class))
            .asType(MethodType.methodType(AbstractProtocol.class, Object.class));
    getHook =
        MethodHandles.privateLookupIn(Request.class, site)
            .findGetter(Request.class, "hook", ActionHook.class);
    MethodHandles.Lookup processor = MethodHandles.privateLookupIn(AbstractProcessor.class, site);
    getWrapper =
        processor.findGetter(AbstractProcessor.class, "socketWrapper", SocketWrapperBase.class);
    getErrorState =
        processor.findVirtual(
            AbstractProcessor.class, "getErrorState", MethodType.methodType(ErrorState.class));
    ClassLoader loader = site.lookupClass().getClassLoader();
    streamProcessor = Class.forName("org.apache.coyote.http2.StreamProcessor", false, loader);
    getHttp2 =
        MethodHandles.privateLookupIn(streamProcessor, site)
            .findGetter(
                streamProcessor,
                "handler",
                Class.forName("org.apache.coyote.http2.Http2UpgradeHandler", false, loader))
            .asType(MethodType.methodType(InternalHttpUpgradeHandler.class, Object.class));
  }

  /** Where the endpoint keeps channels that can be used again; null where it keeps none. */
  @SuppressWarnings("unchecked")
  @Nullable SynchronizedStack<NioChannel> channels(NioEndpoint endpoint) {
    try {
      return (SynchronizedStack<NioChannel>)
          (SynchronizedStack<?>) getChannels.invokeExact(endpoint);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Sets where the endpoint takes its next channels from. */
  void setChannels(NioEndpoint endpoint, SynchronizedStack<?> channels) {
    try {
      setChannels.invokeExact(endpoint, (SynchronizedStack<?>) channels);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Closes a socket that has just been accepted. */
  void destroySocket(NioEndpoint endpoint, SocketChannel socket) {
    try {
      destroySocket.invokeExact(endpoint, socket);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Closes a socket that has just been accepted. */
  void destroySocket(Nio2Endpoint endpoint, AsynchronousSocketChannel socket) {
    try {
      destroyNio2Socket.invokeExact(endpoint, socket);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The protocol that the endpoint serves, or null where it is none of Tomcat's own. */
  @Nullable AbstractProtocol<?> protocol(NioEndpoint endpoint) {
    Object handler = endpoint.getHandler();
    if (!connectionHandler.isInstance(handler)) {
      return null;
    }
    try {
      return (AbstractProtocol<?>) getProtocol.invokeExact(handler);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether the request came by a connection, and was not made inside the process. */
  boolean isReceived(Request request) {
    try {
      return (ActionHook) getHook.invokeExact(request) instanceof AbstractProcessor;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** What stands for the connection of the request; null where that is not known. */
  @Nullable SocketWrapperBase<?> wrapper(Request request) {
    try {
      return (ActionHook) getHook.invokeExact(request) instanceof AbstractProcessor processor
          ? (SocketWrapperBase<?>) getWrapper.invokeExact(processor)
          : null;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether the connection of the request, or its stream, was cut off before its end. */
  boolean cut(Request request) {
    try {
      return (ActionHook) getHook.invokeExact(request) instanceof AbstractProcessor processor
          && !((ErrorState) getErrorState.invokeExact(processor)).isIoAllowed();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Tells the caller that the connection of a request of HTTP/2 takes no more; only once. */
  void sayGoAway(Request request) {
    try {
      ActionHook processor = (ActionHook) getHook.invokeExact(request);
      if (streamProcessor.isInstance(processor)) {
        ((InternalHttpUpgradeHandler) getHttp2.invokeExact((Object) processor)).pause();
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
