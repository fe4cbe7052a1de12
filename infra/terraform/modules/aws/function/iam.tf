# What the function may do, and nothing else: one statement a door, none without a resource. There is no wildcard but two:
# the streams of its own log group, and the objects of its own bucket, whose keys follow from their content.

locals {
  arn = {
    log       = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:/aws/lambda/${var.name}"
    queue     = "arn:${var.account.partition}:sqs:${var.account.region}:${var.account.id}"
    parameter = "arn:${var.account.partition}:ssm:${var.account.region}:${var.account.id}:parameter"
    bucket    = "arn:${var.account.partition}:s3:::${try(var.bucket.name, "")}"
  }

  of_objects = { get = "s3:GetObject", put = "s3:PutObject" }
  does       = try(var.bucket.does, toset([]))

  statements = [
    {
      Sid      = "Log"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${local.arn.log}:*"]
    },
    {
      Sid    = "Hear"
      Effect = "Allow"
      # The last is how a retry waits: the message stays, and is seen again later.
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      Resource = sort([for source in var.sources : "${local.arn.queue}:${source.queue}"])
    },
    {
      Sid      = "Say"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = sort([for queue in var.sends : "${local.arn.queue}:${queue}"])
    },
    {
      Sid      = "Objects"
      Effect   = "Allow"
      Action   = sort([for what in local.does : local.of_objects[what]])
      Resource = length(local.does) == 0 ? [] : ["${local.arn.bucket}/*"]
    },
    {
      Sid    = "Missing"
      Effect = "Allow"
      # Without it S3 answers 403 for an object that is not there, which is told apart from one that may not be read.
      Action   = ["s3:ListBucket"]
      Resource = length(local.does) == 0 ? [] : [local.arn.bucket]
    },
    {
      Sid      = "Secrets"
      Effect   = "Allow"
      Action   = ["ssm:GetParameter"]
      Resource = sort([for parameter in var.secrets : "${local.arn.parameter}/${trimprefix(parameter, "/")}"])
    },
    {
      Sid      = "Key"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    },
  ]
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "What the function ${var.name} may do"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "asks"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.statements : statement if length(statement.Resource) > 0]
  })
}

# Network interfaces have no ARN before they exist, so Amazon's own policy for this is as narrow as it gets.
resource "aws_iam_role_policy_attachment" "vpc" {
  count = var.vpc == null ? 0 : 1

  role       = aws_iam_role.this.name
  policy_arn = "arn:${var.account.partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}
