#pragma once

#include <netdb.h>
#include <resolv.h>
