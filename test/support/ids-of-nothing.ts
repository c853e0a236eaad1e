/** Ids of the right form that name nothing. */
export const nobody = '4a5ee087-0022-4b8d-a3f6-7e764741bc77'
export const noNode = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'
