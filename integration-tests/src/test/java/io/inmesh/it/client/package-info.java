/** The client contract, once for each library and version. */
@NullMarked
package io.inmesh.it.client;

import org.jspecify.annotations.NullMarked;
