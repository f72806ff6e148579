/** The server contract, for each library and major version. */
@NullMarked
package io.inmesh.it.server;

import org.jspecify.annotations.NullMarked;
