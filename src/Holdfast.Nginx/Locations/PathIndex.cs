namespace Holdfast.Nginx.Locations;

/// <summary>Paths that requests are compared with: a tree whose edges have more than one byte.</summary>
/// <typeparam name="T">What stands at a path.</typeparam>
internal sealed class PathIndex<T>
    where T : class
{
    private readonly Node _root = new([]);

    /// <summary>Puts something at a path; what is there must differ in kind.</summary>
    internal void Add(ReadOnlySpan<byte> path, T value, bool isExact, bool redirects)
    {
        Node node = _root;
        while (true)
        {
            int common = path.CommonPrefixLength(node.Edge);
            if (common < node.Edge.Length)
            {
                node.Split(common);
            }
            path = path[common..];
            if (path.IsEmpty)
            {
                break;
            }
            if (node.Child(path[0]) is not { } next)
            {
                next = new Node(path.ToArray());
                node.Children.Add(next);
            }
            node = next;
        }
        if (isExact)
        {
            node.Exact = value;
        }
        else
        {
            node.Prefix = value;
        }
        node.Redirects |= redirects;
    }

    /// <summary>Looks a path up.</summary>
    /// <param name="path">The path.</param>
    /// <param name="redirect">What stands at the path with a slash behind, and redirects to it.</param>
    /// <param name="longest">What stands at the longest beginning of it.</param>
    /// <returns>What stands at the very path, and at no other.</returns>
    internal T? Find(ReadOnlySpan<byte> path, out T? redirect, out T? longest)
    {
        redirect = null;
        longest = null;
        Node node = _root;
        while (true)
        {
            if (!path.StartsWith(node.Edge))
            {
                if (node.Redirects && path.Length == node.Edge.Length - 1 && node.Edge[^1] == '/'
                    && node.Edge.AsSpan().StartsWith(path))
                {
                    redirect = node.Exact ?? node.Prefix;
                }
                return null;
            }
            path = path[node.Edge.Length..];
            longest = node.Prefix ?? longest;
            if (path.IsEmpty)
            {
                if (node.Exact is null && node.Prefix is null
                    && node.Child((byte)'/') is { Edge.Length: 1, Redirects: true } child)
                {
                    redirect = child.Exact ?? child.Prefix;
                }
                return node.Exact;
            }
            if (node.Child(path[0]) is not { } next)
            {
                return null;
            }
            node = next;
        }
    }

    private sealed class Node(byte[] edge)
    {
        internal byte[] Edge { get; private set; } = edge;

        internal List<Node> Children { get; private set; } = [];

        internal T? Exact { get; set; }

        internal T? Prefix { get; set; }

        internal bool Redirects { get; set; }

        internal Node? Child(byte first)
        {
            foreach (Node child in Children)
            {
                if (child.Edge[0] == first)
                {
                    return child;
                }
            }
            return null;
        }

        /// <summary>Makes of what this edge has behind some bytes a child.</summary>
        internal void Split(int at)
        {
            Node rest = new(Edge[at..])
            {
                Children = Children, Exact = Exact, Prefix = Prefix, Redirects = Redirects,
            };
            Edge = Edge[..at];
            Children = [rest];
            (Exact, Prefix, Redirects) = (null, null, false);
        }
    }
}
