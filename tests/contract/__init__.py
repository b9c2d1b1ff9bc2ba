"""Every message and configuration ever published still decodes."""
