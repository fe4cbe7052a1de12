const ö = `gql`${ß}
fetch("http://provider-service/", { body: 