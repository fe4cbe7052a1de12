#import <Foundation/Foundation.h>
#define PROBE @"http://provider-service/health"
// "http://provider-service/health"
