using Holdfast.ProxyBench;

return args switch
{
    ["proxy", _, _, _, _] => ProxyCommand.Run(args.AsSpan(1)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: proxy tcp|http epoll|uring PORT SERVER_PORT");
    return 2;
}
