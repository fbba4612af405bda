import type { PhotoAnswer } from '../photos/photo-answer';
import type { Maps } from './api';
import type { RequestError } from './call';

/** One photo on the page and what is known about it. */
export interface Entry {
  file: File;
  /** Object URL of the file. */
  url: string;
  state: 'waiting' | 'working' | 'answered' | 'failed';
  answer?: PhotoAnswer;
  error?: RequestError;
  maps?: Maps;
  flagged?: boolean;
}
