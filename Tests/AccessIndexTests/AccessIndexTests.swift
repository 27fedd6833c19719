// AccessIndex
