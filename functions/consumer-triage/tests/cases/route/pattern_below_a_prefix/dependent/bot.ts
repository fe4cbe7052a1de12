export class Bot {
  async close(id: string) {
    const endpoint = `/_lib/admin/v1/close_shelf/${id}`;
    return this.client.doRequest("POST", endpoint);
  }

  async isAdmin(id: string) {
    return this.client.doRequest("GET", `/_lib/admin/v1/shelves/${id}/admin`);
  }
}
