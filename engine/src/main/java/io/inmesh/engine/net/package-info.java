/** Addresses and prefixes, parsed without ever asking a resolver. */
@NullMarked
package io.inmesh.engine.net;

import org.jspecify.annotations.NullMarked;
