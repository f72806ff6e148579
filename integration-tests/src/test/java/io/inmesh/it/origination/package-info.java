/** TLS that a DestinationRule asks for, towards servers that are in no mesh. */
@NullMarked
package io.inmesh.it.origination;

import org.jspecify.annotations.NullMarked;
