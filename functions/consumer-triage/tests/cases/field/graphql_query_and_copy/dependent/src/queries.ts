import { gql } from '@apollo/client'

// provider-service
export const Q = gql`
  query orders($input: NewOrder) {
    orders(input: $input) {
      id
      dateMade
      # dateMade
    }
  }
`
export interface OrderLine {
  price: number
  dateMade: string
}
