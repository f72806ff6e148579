package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import org.jspecify.annotations.Nullable;

/** A channel whose connection the mesh knows. */
interface MeshedChannel {
  /** The connection, or null once it has ended. */
  @Nullable InboundConnection connection();
}
