import { Body, Controller, Delete, Get, Param, Post, UseGuards } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

@Controller('cats')
@UseGuards(AuthGuard)
export class CatsController {
  constructor(private readonly cats: CatsService, private config: ConfigService) {}

  @Get()
  findAll(): string {
    return this.config.get<string>('CATS_TABLE', 'cats');
  }

  @Get(':id')
  async findOne(@Param('id') id: string) {}

  @Post('/adopt')
  @HttpCode(204)
  adopt(@Body() dto: AdoptDto) {}

  @Delete([':id', 'all/:id'])
  remove() {}
}

@Controller({ path: 'dogs', version: '1' })
class DogsController {
  @Get('bark') bark() {}
}
