package io.inmesh.engine;

import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.route.RouteTable;
import org.jspecify.annotations.Nullable;

/**
 * A connection manager with its routes in one snapshot, resolved when the snapshot is built.
 *
 * @param table null where the named table is missing
 */
record HttpRoutes(
    MeshSnapshot snapshot, HttpConnectionManager manager, @Nullable RouteTable table) {}
