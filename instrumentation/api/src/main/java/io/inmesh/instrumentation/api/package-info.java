/**
 * What one library module may see of the agent: the module declaration, the mesh, Exchange and the
 * request drivers.
 */
@NullMarked
package io.inmesh.instrumentation.api;

import org.jspecify.annotations.NullMarked;
