import './unary';
import './binary';
import './reduce';
import './matmul';
import './convolution';
import './pooling';
import './normalization';
import './shape';
