import api from './ws'

// provider-service sends these
const { door_open: open } = bridgeInfo
export const go = (force) => api.send('bridge/request/open_door', { force, time: 3 })
export const other = (force) => api.send('bridge/request/close', { force })
