export class Bridge {
  async start() {
    this.mqtt.subscribe('bridge/request/#')
    this.mqtt.onMessage(this.onMessage)
  }

  async openDoor(message: KeyValue | string) {
    if (typeof message === 'object' && message.force === undefined) {
      throw new Error('invalid')
    }
    const time = Number.parseInt(message.time, 10)
    return this.open(message.force, time)
  }

  async publishInfo() {
    const payload = {
      version: this.version,
      door_open: this.door.isOpen(),
      config: this.config,
    }
    await this.mqtt.publish('bridge/info', stringify(payload), { retain: true, qos: 0 })
  }

  helper(options: Options) {
    return options.force
  }
}
