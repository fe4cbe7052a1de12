import { gql } from '@apollo/client'

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
